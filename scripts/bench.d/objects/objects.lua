io.stdout:setvbuf("line")
local items = {}
for i = 0, 999999 do
  items[#items + 1] = i
end
print("@count")

local function map(list, f)
  local result = {}
  for i = 1, #list do
    result[i] = f(list[i])
  end
  return result
end

local function filter(list, f)
  local result = {}
  for i = 1, #list do
    if f(list[i]) then result[#result + 1] = list[i] end
  end
  return result
end

local function fold(list, value, f)
  for i = 1, #list do
    value = f(value, list[i])
  end
  return value
end

local users = map(items, function(i)
  return { id = i, age = (i * 7919) % 1000003, name = "user" }
end)
print("@make")
local adults = filter(users, function(user) return user.age >= 500000 end)
print(#adults)
print("@filter")
print(#map(adults, function(user) return { id = user.id, years = user.age + 1 } end))
print("@map")
print(fold(users, 0, function(sum, user) return sum + user.age end))
print("@fold")
table.sort(users, function(a, b) return a.age < b.age end)
print(users[1].id)
print("@sort")
