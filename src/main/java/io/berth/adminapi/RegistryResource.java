package io.berth.adminapi;

import io.berth.image.RegistryLogins;
import io.berth.image.Secret;
import java.security.Principal;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The account's own logins at registries; their secrets come in and never go out. */
@RestController
@RequestMapping("/api/v1/registries")
class RegistryResource {

    private final RegistryLogins logins;

    RegistryResource(RegistryLogins logins) {
        this.logins = logins;
    }

    /** A login that is given. */
    record Given(@Nullable String username, @Nullable Secret password) {}

    @GetMapping
    ContainerResource.Items<RegistryLogins.Login> list(Principal user) {
        return new ContainerResource.Items<>(logins.list(user.getName()));
    }

    /** @param check false to keep it without asking the registry */
    @PutMapping("/{registry}")
    RegistryLogins.Login put(@PathVariable String registry, @RequestBody Given given, @RequestParam(defaultValue = "true") boolean check, Principal user) {
        return logins.save(user.getName(), registry, given.username() == null ? "" : given.username(),
                given.password() == null ? new Secret("") : given.password(), check);
    }

    @DeleteMapping("/{registry}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(@PathVariable String registry, Principal user) {
        logins.remove(user.getName(), registry);
    }
}
