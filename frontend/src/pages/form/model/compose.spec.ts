import { describe, expect, it } from "vitest";
import { readRest } from "./body";
import { composeText, readComposeText } from "./yamlText";

const FILE = `
name: shop
x-common: &common
  restart: always
  environment: {A: 1, B: "\${SECRET}", C: "cost$$5"}
services:
  web:
    <<: *common
    image: nginx:\${TAG:-1}
    build: .
    depends_on: [db]
    ports: ["8080:80", 9090, {target: 443, published: "8443", host_ip: 127.0.0.1, mode: host, app_protocol: http}]
    volumes: ["./site:/site", "data:/data:ro", {type: bind, source: /etc, target: /e, read_only: true, bind: {selinux: z}}]
    networks: {front: {aliases: [www]}, back: }
    healthcheck: {test: curl -f x, interval: 1m30s, disable: false}
    deploy: {replicas: 3, resources: {limits: {cpus: '0.5', memory: 50M}}}
    command: ["nginx", "-g", "daemon off;"]
    mem_limit: many
    logging: {driver: local, options: {max-size: 1m}}
  db: {image: postgres}
volumes: {data: {driver: nfs}}
networks: {front: {external: true}, back: {internal: true}}
secrets: {s: {file: x}}
`;

describe("a compose file", () => {
  it("fills what a container has, and all else is named", () => {
    const { values, problems, services } = readComposeText(FILE, "web");
    expect(services).toEqual(["web", "db"]);
    expect(values).toEqual({
      Image: "nginx:${TAG:-1}",
      Cmd: "nginx -g 'daemon off;'",
      Env: [{ name: "A", value: "1" }, { name: "B", value: "${SECRET}" }, { name: "C", value: "cost$5" }],
      "HostConfig.RestartPolicy": "always",
      "HostConfig.PortBindings": [
        { host: "8080", container: "80", protocol: "tcp" },
        { container: "9090", protocol: "tcp" },
        { ip: "127.0.0.1", host: "8443", container: "443", protocol: "tcp" },
      ],
      "HostConfig.Binds": ["data:/data:ro"],
      "HostConfig.Mounts": [{ type: "bind", source: "/etc", target: "/e", readOnly: "true", createMountpoint: "true" }],
      "HostConfig.NetworkMode": "front",
      "NetworkingConfig.EndpointsConfig": [{ network: "front", aliases: "www" }, { network: "back" }],
      "Healthcheck.Test": [{ how: "shell", command: "curl -f x" }],
      "Healthcheck.Interval": "1m30s",
      "HostConfig.NanoCpus": "0.5",
      "HostConfig.Memory": "50M",
      "HostConfig.LogConfig.Type": "local",
      "HostConfig.LogConfig.Config": [{ name: "max-size", value: "1m" }],
    });
    for (const name of ["${SECRET}", "${TAG:-1}", "build", "depends_on", "app_protocol", "./site", "selinux", "deploy.replicas", "The service db", "volumes.data.driver", "networks.back.internal", "secrets", "x-common"]) {
      expect(problems.some((problem) => problem.includes(name)), `${name} in ${problems.join(" | ")}`).toBe(true);
    }
  });

  it("may be any of its services", () => {
    expect(readComposeText(FILE, "db").values).toEqual({ Image: "postgres" });
  });

  it.each(["", "just text", "[1, 2]", "services: 5", "services: {web: 5}", "a: [", "services: {web: {ports: 5, volumes: {a: b}, networks: 7, healthcheck: no, deploy: x}}", "&a [*a]"])("that is none is told: %s", (text) => {
    expect(readComposeText(text, "").problems.length).toBeGreaterThan(0);
  });

  it("keeps signs that begin a variable", () => {
    const { text } = composeText({ Image: "x", Env: [{ name: "PRICE", value: "$5 ${X}" }] });
    expect(text).toContain("$$5 $${X}");
    expect(readComposeText(text, "").problems).toEqual([]);
  });
});

describe("JSON", () => {
  it("may be what inspect tells", () => {
    const { values, problems } = readRest(JSON.stringify([{ Id: "x", Name: "/web", State: {}, Config: { Image: "a", Hostname: "", Env: null }, HostConfig: { Memory: 0, RestartPolicy: { Name: "no" }, NetworkMode: "bridge", IpcMode: "private", ShmSize: 67108864 } }]));
    expect(values).toEqual({ Image: "a", name: "web" });
    expect(problems.join()).toContain("inspect");
  });

  it("names what no option has", () => {
    const { problems } = readRest(JSON.stringify({ Image: "a", Imagine: 1, HostConfig: { Memroy: 5, LogConfig: { Kind: "x" }, Memory: "lots", Mounts: [{ Type: "bind", BindOptions: { Propagation: "shared", Odd: true } }] }, NetworkingConfig: { Endpoints: { a: 1 }, EndpointsConfig: { lan: { Alias: ["x"] } } } }));
    expect(problems).toEqual(["HostConfig.Memory is no number", "Imagine", "HostConfig.Memroy", "HostConfig.LogConfig.Kind", "HostConfig.Mounts.0.BindOptions.Odd", "NetworkingConfig.Endpoints", "NetworkingConfig.EndpointsConfig.lan.Alias"]);
  });

  it.each(["", "{", "5", "null", '"x"'])("that is none is told: %s", (text) => {
    expect(readRest(text).problems.length).toBeGreaterThan(0);
  });
});
