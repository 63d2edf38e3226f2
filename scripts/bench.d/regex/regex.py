import re

pattern = re.compile(r"[a-z]+[0-9]*5@[a-z]+[0-6]\.example\.org")
print(sum(1 for i in range(100000) if pattern.search(f"user{i}@host{i % 7}.example.org")))
