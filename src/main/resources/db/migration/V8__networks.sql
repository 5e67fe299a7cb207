create table network (
    id varchar(64) primary key,
    name varchar(255) not null unique,
    created timestamp(6) with time zone not null,
    document text not null
);
