create table image (
    id varchar(71) not null primary key,
    size_bytes bigint not null,
    last_tagged timestamp(6) with time zone
);

create table image_layer (
    image_id varchar(71) not null references image (id) on delete cascade,
    ordinal integer not null,
    diff_id varchar(71) not null,
    blob_digest varchar(71) not null,
    blob_media_type varchar(255) not null,
    blob_size bigint not null,
    tar_bytes bigint not null,
    size_bytes bigint not null,
    primary key (image_id, ordinal)
);

create table image_reference (
    reference varchar(700) not null primary key,
    image_id varchar(71) not null references image (id) on delete cascade
);

create index image_reference_image on image_reference (image_id);
