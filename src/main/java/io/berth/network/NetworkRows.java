package io.berth.network;

import org.springframework.data.jpa.repository.JpaRepository;

interface NetworkRows extends JpaRepository<NetworkRow, String> {}
