-- What a misspelt name may have meant.
select s.name from sequences s order by s.name
