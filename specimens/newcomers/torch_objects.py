import torch
from torch import nn

torch.manual_seed(0)

# the pieces of the network, so that I can look at each of them
relu = nn.ReLU()
pool = nn.MaxPool2d(kernel_size=2, stride=2)
avg = nn.AvgPool2d(2)
softmax = nn.Softmax(dim=-1)
criterion = nn.CrossEntropyLoss()


class LeNetHead(nn.Module):
    def __init__(self):
        super().__init__()
        self.pool = pool
        self.fc = nn.Linear(12 * 12 * 4, 10)

    def forward(self, x):
        x = self.pool(relu(x))
        return softmax(self.fc(x.flatten(1)))


model = LeNetHead()
model.eval()

if __name__ == "__main__":
    with torch.no_grad():
        print(model(torch.rand(1, 4, 24, 24)))
