package io.berth.engineapi;

import io.berth.container.ContainerChanges;
import io.berth.container.ContainerCommit;
import io.berth.container.ContainerConfig;
import io.berth.container.ContainerFiles;
import io.berth.container.Containers;
import io.berth.container.PathStat;
import io.berth.json.DockerJson;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/** The files of containers: {@code *ContainerArchive*}, {@code ContainerChanges}, {@code ContainerExport}, {@code ImageCommit}. */
@RestController
class ContainerFilesController {

    private static final String STAT = "X-Docker-Container-Path-Stat";
    private static final String TAR = "application/x-tar";

    private final Containers containers;
    private final ContainerFiles files;
    private final ContainerChanges changes;
    private final ContainerCommit commits;

    ContainerFilesController(Containers containers, ContainerFiles files, ContainerChanges changes, ContainerCommit commits) {
        this.containers = containers;
        this.files = files;
        this.changes = changes;
        this.commits = commits;
    }

    @RequestMapping(path = "/containers/{ref}/archive", method = RequestMethod.HEAD)
    void stat(@PathVariable String ref, HttpServletRequest request, HttpServletResponse response) {
        var container = containers.resolve(ref);
        response.setHeader(STAT, header(files.stat(container.id(), ref, Query.of(request).text("path"))));
    }

    @GetMapping("/containers/{ref}/archive")
    void get(@PathVariable String ref, HttpServletRequest request, HttpServletResponse response) throws IOException {
        var container = containers.resolve(ref);
        try (var archive = files.get(container.id(), ref, Query.of(request).text("path"))) {
            response.setHeader(STAT, header(archive.stat()));
            response.setContentType(TAR);
            archive.writeTo(response.getOutputStream());
        }
    }

    @PutMapping("/containers/{ref}/archive")
    void put(@PathVariable String ref, HttpServletRequest request) throws IOException {
        var query = Query.of(request);
        files.put(containers.resolve(ref).id(), ref, query.text("path"), ClientBody.of(request),
                new ContainerFiles.Putting(query.flag("noOverwriteDirNonDir"), query.flag("copyUIDGID")));
    }

    @GetMapping("/containers/{ref}/export")
    void export(@PathVariable String ref, HttpServletResponse response) throws IOException {
        try (var archive = files.export(containers.resolve(ref).id())) {
            response.setContentType("application/octet-stream");
            archive.writeTo(response.getOutputStream());
        }
    }

    /** Written while it is found; null when there is nothing. */
    @GetMapping("/containers/{ref}/changes")
    void changes(@PathVariable String ref, HttpServletResponse response) throws IOException {
        var container = containers.resolve(ref);
        response.setContentType("application/json");
        var out = response.getOutputStream();
        var before = new AtomicReference<>("[");
        changes.list(container.id(), (kind, path) -> {
            out.print(before.getAndSet(","));
            out.write(DockerJson.line(Wire.of("Path", path).with("Kind", kind.ordinal())));
        });
        out.print(before.get().equals("[") ? "null\n" : "]\n");
    }

    @PostMapping("/commit")
    Wire commit(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var query = Query.of(request);
        var container = containers.resolve(query.text("container"));
        var config = JsonBody.of(request, ContainerConfig.class);
        var image = commits.commit(container.id(), new ContainerCommit.Request(config, query.all("changes"), ImageReferences.asked(query),
                query.text("author"), query.text("comment"), query.flag("pause", true)));
        response.setStatus(HttpServletResponse.SC_CREATED);
        return Wire.of("Id", image.id().toString());
    }

    private static String header(PathStat stat) {
        var json = DockerJson.MAPPER.writeValueAsString(Wire.of("name", stat.name()).with("size", stat.size()).with("mode", stat.mode())
                .with("mtime", Wire.time(stat.mtime())).with("linkTarget", stat.linkTarget()));
        return Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
