package io.berth.engineapi;

import io.berth.host.HostFacts;
import io.berth.http.ApiVersion;
import io.berth.http.Release;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/** {@code SystemPing}, {@code SystemVersion} and {@code SystemInfo} of the Docker Engine API. */
@RestController
class SystemController {

    private final HostFacts host;
    private final InfoReport info;

    SystemController(HostFacts host, InfoReport info) {
        this.host = host;
        this.info = info;
    }

    @RequestMapping(path = "/_ping", method = {RequestMethod.GET, RequestMethod.HEAD})
    void ping(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Builder-Version", "1");
        response.setHeader("Swarm", "inactive");
        response.setHeader("Cache-Control", "no-cache, no-store, must-revalidate");
        response.setHeader("Pragma", "no-cache");
        response.setContentType("text/plain; charset=utf-8");
        response.setContentLength(2);
        if (!request.getMethod().equals("HEAD")) {
            response.getOutputStream().write("OK".getBytes(StandardCharsets.US_ASCII));
        }
    }

    @GetMapping("/version")
    Map<String, Object> version() {
        var details = Wire.of("ApiVersion", ApiVersion.MAX.toString()).with("Arch", host.goArchitecture()).with("BuildTime", "")
                .with("Experimental", "false").with("GitCommit", "").with("GoVersion", "").with("KernelVersion", host.kernelVersion())
                .with("MinAPIVersion", ApiVersion.MIN.toString()).with("Os", "linux");
        return Wire.of("Platform", Wire.of("Name", "Berth"))
                .with("Components", List.of(Wire.of("Name", "Engine").with("Version", Release.DOCKER_VERSION).with("Details", details),
                        Wire.of("Name", "Berth").with("Version", Release.VERSION).with("Details", Wire.of("GitCommit", ""))))
                .with("Version", Release.DOCKER_VERSION).with("ApiVersion", ApiVersion.MAX.toString()).with("MinAPIVersion", ApiVersion.MIN.toString())
                .with("GitCommit", "").with("GoVersion", "").with("Os", "linux").with("Arch", host.goArchitecture())
                .with("KernelVersion", host.kernelVersion());
    }

    @GetMapping("/info")
    Map<String, Object> info() {
        return info.report();
    }
}
