import functools

total = 0
for i in range(50000):
    line = ""
    for n in range(i, i + 10):
        line = line + "," + str(n)
    fields = line.split(",")
    joined = functools.reduce(lambda a, b: a + b, [field + ";" for field in fields])
    total += len(fields) + len(joined)
print(total)
