alter table image_layer add column packed_digest varchar(71);
alter table image_layer add column packed_size bigint not null default 0;

create table image_document (
    image_id varchar(71) not null references image (id) on delete cascade,
    ordinal integer not null,
    digest varchar(71) not null,
    media_type varchar(255) not null,
    size_bytes bigint not null,
    primary key (image_id, ordinal)
);
