import functools

items = list(range(1000000))
print("@count", flush=True)
users = [{"id": i, "age": (i * 7919) % 1000003, "name": "user"} for i in items]
print("@make", flush=True)
adults = [user for user in users if user["age"] >= 500000]
print(len(adults))
print("@filter", flush=True)
print(len([{"id": user["id"], "years": user["age"] + 1} for user in adults]))
print("@map", flush=True)
print(functools.reduce(lambda total, user: total + user["age"], users, 0))
print("@fold", flush=True)
print(sorted(users, key=lambda user: user["age"])[0]["id"])
print("@sort", flush=True)
