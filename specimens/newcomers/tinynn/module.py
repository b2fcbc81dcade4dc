class Module:
    training = True

    def forward(self, *args):
        raise NotImplementedError

    def __call__(self, *args):
        return self.forward(*args)

    def eval(self):
        self.training = False
        return self
