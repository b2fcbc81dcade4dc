"""Faltungsnetz für die Facharbeit. Ein Bild hat die Form (Zeilen, Spalten, Kanäle)."""
import numpy as np

CNNSPEC = {"calls": {"conv2d": "faltung(image, filters, bias_or_none, schritt=stride)", "relu": "gleichrichter(x)", "max_pool2d": "maximum_buendeln(maps, size, stride)", "avg_pool2d": "mittel_buendeln(maps, size, stride)", "dense": "voll_verbunden(x, weights, bias)", "softmax": "anteile(logits)", "cross_entropy": "kreuzentropie(probabilities, label)"}}


def faltung(bild, maske, versatz=None, schritt=1):
    if bild.ndim == 2:  # Graustufen
        bild, maske = bild[:, :, None], maske[..., None]
    bild = bild.astype(float)
    anzahl, hoehe, breite, kanaele = maske.shape
    if kanaele != bild.shape[2]:
        raise ValueError("Bild und Masken haben verschieden viele Kanäle")
    zeilen = (bild.shape[0] - hoehe) // schritt + 1
    spalten = (bild.shape[1] - breite) // schritt + 1
    ergebnis = np.zeros((zeilen, spalten, anzahl))
    for z in range(zeilen):
        for s in range(spalten):
            ausschnitt = bild[z * schritt:z * schritt + hoehe, s * schritt:s * schritt + breite]
            for n in range(anzahl):
                ergebnis[z, s, n] = np.sum(ausschnitt * maske[n])
                if versatz is not None:
                    ergebnis[z, s, n] += versatz[n]
    return ergebnis


def gleichrichter(x):
    return np.maximum(x, 0)


def _buendeln(karten, groesse, schritt, wie):
    schritt = groesse if schritt is None else schritt
    zeilen = (karten.shape[0] - groesse) // schritt + 1
    spalten = (karten.shape[1] - groesse) // schritt + 1
    ergebnis = np.zeros((zeilen, spalten, karten.shape[2]))
    for z in range(zeilen):
        for s in range(spalten):
            fenster = karten[z * schritt:z * schritt + groesse, s * schritt:s * schritt + groesse]
            ergebnis[z, s] = wie(fenster, axis=(0, 1))
    return ergebnis


def maximum_buendeln(karten, groesse=2, schritt=None):
    return _buendeln(karten, groesse, schritt, np.max)


def mittel_buendeln(karten, groesse=2, schritt=None):
    return _buendeln(karten, groesse, schritt, np.mean)


def voll_verbunden(eingabe, gewichte, versatz):
    return np.ravel(eingabe) @ gewichte + versatz


def anteile(werte):
    potenzen = np.exp(werte - np.max(werte))
    return potenzen / potenzen.sum()


def kreuzentropie(wahrscheinlichkeiten, klasse):
    return -np.log(wahrscheinlichkeiten[klasse])


if __name__ == "__main__":
    zufall = np.random.default_rng(1)
    bild = zufall.random((12, 12, 3))
    karten = maximum_buendeln(gleichrichter(faltung(bild, zufall.normal(size=(4, 3, 3, 3)))))
    print(anteile(voll_verbunden(karten, zufall.normal(size=(100, 5)), np.zeros(5))))
