package io.berth.volume;

import org.springframework.data.jpa.repository.JpaRepository;

interface VolumeRows extends JpaRepository<VolumeRow, String> {}
