create table container (
    id       varchar(64)  not null primary key,
    name     varchar(255) not null unique,
    created  timestamp(6) with time zone not null,
    document text         not null
);
