total = 0
for i in range(500000):
    line = (f"item-{i}: " + str(i * 31) + " pieces").upper()
    colon = line.index(":")
    total += len(line) + colon + len(line[5:colon])
print(total)
