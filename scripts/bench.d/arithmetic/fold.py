import functools
print(functools.reduce(lambda sum, i: (sum * 31 + i) % 1000003, range(5000000), 0))
