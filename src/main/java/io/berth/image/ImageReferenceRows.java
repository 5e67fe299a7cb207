package io.berth.image;

import org.springframework.data.jpa.repository.JpaRepository;

interface ImageReferenceRows extends JpaRepository<ImageReferenceRow, String> {}
