import { describe, expect, it } from "vitest";
import { risksOf } from "./risks";
import type { Values } from "./values";

const SAFE: Values = { User: "1000", Image: "x" };

describe("risks", () => {
  it("are none where nothing is risky", () => {
    expect(risksOf({ ...SAFE, "HostConfig.Binds": ["data:/data"], "HostConfig.CapAdd": ["NET_BIND_SERVICE"], "HostConfig.PortBindings": [{ ip: "127.0.0.1", container: "80" }], "HostConfig.NetworkMode": "lan" })).toEqual([]);
  });

  it.each<[string, Values, string]>([
    ["root", { User: "0:5" }, "Root"],
    ["perhaps root", { User: "" }, "Perhaps root"],
    ["privileged", { "HostConfig.Privileged": true }, "Privileged"],
    ["a folder", { "HostConfig.Binds": ["/etc:/e:ro"] }, "Folder of the host: /etc"],
    ["all files", { "HostConfig.Mounts": [{ type: "bind", source: "/", target: "/host" }] }, "All files of the host"],
    ["docker's socket", { "HostConfig.Binds": ["/var/run/docker.sock:/s"] }, "Socket of a container engine: /var/run/docker.sock"],
    ["Berth's socket", { "HostConfig.Binds": ["/run/berth/docker.sock:/s"] }, "Socket of a container engine: /run/berth/docker.sock"],
    ["the socket's folder", { "HostConfig.Binds": ["/run/berth:/s"] }, "Socket of a container engine: /run/berth"],
    ["all capabilities", { "HostConfig.CapAdd": ["ALL"] }, "Capability ALL"],
    ["a dangerous one", { "HostConfig.CapAdd": ["cap_sys_admin"] }, "Capability cap_sys_admin"],
    ["the host's network", { "HostConfig.NetworkMode": "host" }, "Network of the host"],
    ["the host's processes", { "HostConfig.PidMode": "host" }, "Processes of the host"],
    ["the host's shared memory", { "HostConfig.IpcMode": "host" }, "Shared memory of the host"],
    ["the host's name", { "HostConfig.UTSMode": "host" }, "Host name of the host"],
    ["the host's users", { "HostConfig.UsernsMode": "host" }, "Users of the host"],
    ["no filter", { "HostConfig.SecurityOpt": ["seccomp=unconfined"] }, "Unconfined: seccomp=unconfined"],
    ["open paths", { "HostConfig.MaskedPaths": ["none"] }, "Kernel files are open"],
    ["devices", { "HostConfig.Devices": [{ host: "/dev/sda" }] }, "Devices of the host"],
    ["open ports", { "HostConfig.PortBindings": [{ container: "80", host: "80" }] }, "Open to all who reach the host"],
  ])("are told with a reason: %s", (_name, values, title) => {
    const found = risksOf({ ...SAFE, ...values });
    expect(found.map((risk) => risk.title)).toEqual([title]);
    expect(found[0]?.why).toMatch(/^[A-Z].+\.$/);
  });
});
