"""
Red neuronal con una capa oculta, práctica 2 de Aprendizaje Automático.
Las filas de X son los ejemplos.
"""
import numpy as np


def relu(z):
    return np.maximum(z, 0)


def capa_densa(entrada, pesos, sesgo):
    return entrada.dot(pesos) + sesgo


def softmax(z):
    exponenciales = np.exp(z - z.max(axis=1, keepdims=True))
    return exponenciales / exponenciales.sum(axis=1, keepdims=True)


def entropia_cruzada(probabilidades, etiquetas):
    m = etiquetas.shape[0]
    correctas = probabilidades[np.arange(m), etiquetas]
    return np.sum(np.log(correctas)) / m


class RedNeuronal:
    def __init__(self, n_entrada, n_oculta, n_salida, semilla=0):
        azar = np.random.RandomState(semilla)
        self.pesos1 = azar.randn(n_entrada, n_oculta) * np.sqrt(2 / n_entrada)
        self.sesgo1 = np.zeros(n_oculta)
        self.pesos2 = azar.randn(n_oculta, n_salida) * np.sqrt(1 / n_oculta)
        self.sesgo2 = np.zeros(n_salida)

    def propagar(self, X):
        self.z1 = capa_densa(X, self.pesos1, self.sesgo1)
        self.a1 = relu(self.z1)
        return softmax(capa_densa(self.a1, self.pesos2, self.sesgo2))

    def entrenar(self, X, y, epocas=200, tasa=0.3):
        for epoca in range(epocas):
            p = self.propagar(X)
            costo = entropia_cruzada(p, y)
            d2 = p.copy()
            d2[np.arange(len(y)), y] -= 1
            d2 /= len(y)
            d1 = d2.dot(self.pesos2.T) * (self.z1 > 0)
            self.pesos2 -= tasa * self.a1.T.dot(d2)
            self.sesgo2 -= tasa * d2.sum(axis=0)
            self.pesos1 -= tasa * X.T.dot(d1)
            self.sesgo1 -= tasa * d1.sum(axis=0)
            if epoca % 50 == 0:
                print("época", epoca, "costo", costo)


if __name__ == "__main__":
    azar = np.random.RandomState(1)
    y = azar.randint(0, 3, 120)
    X = azar.randn(120, 2) + np.array([[2, 0], [-2, 0], [0, 3]])[y]
    red = RedNeuronal(2, 10, 3)
    red.entrenar(X, y)
    print("exactitud", (red.propagar(X).argmax(axis=1) == y).mean())
