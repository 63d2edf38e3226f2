create table rating as select range as id, range % 1000 as user, (range * 7919) % 50000 as product,
  (range % 5 + 1)::int as stars, 'rating ' || range as note from range(1, 1000001);
select '@create';
select count(*) from rating;
select '@count';
select sum(stars) from rating;
select '@sum';
select avg(stars) from rating;
select '@mean';
select min(user), max(user) from rating;
select '@bounds';
select count(*) from rating where stars >= 4;
select '@filter';
select sum(product) from rating where user > 500;
select '@pipeline';
select stars, count(*) from rating group by stars;
select '@group';
