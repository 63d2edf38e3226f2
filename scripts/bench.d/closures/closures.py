def add(n):
    return lambda x: x + n


def multiply(n):
    return lambda x: (x * n) % 1000003


def compose(f, g):
    return lambda x: f(g(x))


total = 0
for i in range(1000000):
    total = compose(add(i), multiply(31))(total)
print(total)
