package io.berth.image;

import org.springframework.data.jpa.repository.JpaRepository;

interface ImageRows extends JpaRepository<ImageRow, String> {}
