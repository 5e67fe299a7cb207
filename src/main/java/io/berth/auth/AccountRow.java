package io.berth.auth;

import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

@Entity
@Table(name = "account")
class AccountRow {

    @Id
    private String name;
    private String passwordHash;
    @Enumerated(EnumType.STRING)
    private Role role;
    private Instant created;

    protected AccountRow() {}

    AccountRow(String name, String passwordHash, Role role, Instant created) {
        this.name = name;
        this.passwordHash = passwordHash;
        this.role = role;
        this.created = created;
    }

    String passwordHash() {
        return passwordHash;
    }

    Account toDomain() {
        return new Account(name, role, created);
    }
}
