package io.berth.engineapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.image.ImagePuller;
import io.berth.image.RegistryCredentials;
import io.berth.oci.ImageReference;
import io.berth.oci.Platform;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code SystemAuth} and {@code DistributionInspect} of the Docker Engine API: both ask the registry itself. */
@RestController
class RegistryController {

    private static final String INSPECT = "/json";

    private final ImagePuller puller;

    RegistryController(ImagePuller puller) {
        this.puller = puller;
    }

    record Login(@JsonProperty("username") @Nullable String username, @JsonProperty("password") @Nullable String password,
            @JsonProperty("serveraddress") @Nullable String address, @JsonProperty("identitytoken") @Nullable String identityToken) {

        @Override
        public String toString() {
            return "Login[***]";
        }
    }

    @PostMapping("/auth")
    Wire login(HttpServletRequest request) throws IOException {
        var asked = JsonBody.required(request, Login.class);
        String user = asked.username() == null ? "" : asked.username();
        String token = asked.identityToken() == null ? "" : asked.identityToken();
        if (user.isEmpty() && token.isEmpty()) {
            throw new InvalidArgumentException("no username and no identitytoken was given");
        }
        puller.login(asked.address() == null ? "" : asked.address(),
                new RegistryCredentials(user, asked.password() == null ? "" : asked.password(), token, ""));
        return Wire.of("IdentityToken", "").with("Status", "Login Succeeded");
    }

    @GetMapping("/distribution/{*path}")
    Wire offer(@PathVariable String path, HttpServletRequest request) {
        if (!path.endsWith(INSPECT)) {
            throw new NotFoundException("page not found");
        }
        var reference = ImageReference.parse(path.substring(1, path.length() - INSPECT.length())).withDefaultTag();
        var offer = puller.offer(reference, RegistryCredentials.parse(request.getHeader("X-Registry-Auth")));
        var descriptor = offer.descriptor();
        return Wire.of("Descriptor", Wire.of("mediaType", descriptor.mediaType()).with("digest", descriptor.digest().toString()).with("size", descriptor.size()))
                .with("Platforms", offer.platforms().stream().map(RegistryController::platform).toList());
    }

    private static Wire platform(Platform platform) {
        var wire = Wire.of("architecture", platform.architecture()).with("os", platform.os());
        return platform.variant() == null ? wire : wire.with("variant", platform.variant());
    }
}
