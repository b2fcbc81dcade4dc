"""How a failing call of a network is shown: every parameter makes every probability."""

from cnnspec.declaration.exhibit import FILTERS, IMAGE, ROWS, Exhibit

EXHIBIT = Exhibit(planes={"image": IMAGE, "filters": FILTERS, "weights": ROWS})
