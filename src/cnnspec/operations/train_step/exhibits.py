"""How a failing step is shown: every argument makes every new parameter."""

from cnnspec.declaration.exhibit import FILTERS, IMAGE, ROWS, Exhibit

EXHIBIT = Exhibit(planes={"image": IMAGE, "filters": FILTERS, "weights": ROWS}, result=ROWS)
