"""Faltungsnetz zu Fuß. Bilder sind Grauwerte (Höhe, Breite), alles Weitere Karten (Anzahl, Höhe, Breite)."""
import numpy as np


class Schichten:
    """Sammlung der Schichten, jede eine Funktion."""

    @staticmethod
    def faltung(bild, kerne, versatz=None, schritt=1, rand=0):
        """Ein Graubild mit jedem Kern (Anzahl, k, k) verrechnen."""
        if rand:
            bild = np.pad(bild, rand)
        _, k, l = kerne.shape
        hoehe = (bild.shape[0] - k) // schritt + 1
        breite = (bild.shape[1] - l) // schritt + 1
        karten = np.zeros((len(kerne), hoehe, breite))
        for nummer, kern in enumerate(kerne):
            for i in range(hoehe):
                for j in range(breite):
                    fenster = bild[i * schritt:i * schritt + k, j * schritt:j * schritt + l]
                    karten[nummer, i, j] = (fenster * kern).sum()
        if versatz is not None:
            karten += np.asarray(versatz)[:, None, None]
        return karten

    @staticmethod
    def relu(karten):
        return np.maximum(0, karten)

    @staticmethod
    def max_pooling(karten, groesse=2):
        anzahl, hoehe, breite = karten.shape
        h, b = hoehe // groesse, breite // groesse
        bloecke = karten[:, :h * groesse, :b * groesse].reshape(anzahl, h, groesse, b, groesse)
        return bloecke.max(axis=(2, 4))

    @staticmethod
    def voll_verbunden(eingabe, gewichte, versatz):
        return gewichte @ eingabe + versatz

    @staticmethod
    def softmax(werte):
        e = np.exp(werte - np.max(werte))
        return e / e.sum()

    @staticmethod
    def kreuzentropie(wahrscheinlichkeiten, klasse):
        return -np.log(wahrscheinlichkeiten[klasse])


class Netz:
    def __init__(self, kerne, gewichte, versatz):
        self.kerne, self.gewichte, self.versatz = kerne, gewichte, versatz

    def vorwaerts(self, bild):
        karten = Schichten.max_pooling(Schichten.relu(Schichten.faltung(bild, self.kerne)))
        return Schichten.softmax(Schichten.voll_verbunden(karten.ravel(), self.gewichte, self.versatz))
