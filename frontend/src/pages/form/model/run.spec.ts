import { describe, expect, it } from "vitest";
import { readRun } from "./run";

describe("a command line", () => {
  it("is read as a shell and docker would", () => {
    const { values, start, problems } = readRun(String.raw`$ sudo docker container run -itd --rm --name "my web" \
      -p8080:80 -p 127.0.0.1:9000-9001:90-91/udp --publish=[::1]::443 -eA=b --env 'C=d e' -l x=y --label="z=" \
      --memory=1.5g --cpus 0.25 -v data:/data -v /nameless --tmpfs /run:size=1m --init=false --entrypoint "" \
      --network name=lan,alias=db,ip=10.0.0.9,driver-opt=a=b --network other --health-cmd 'curl -f x || exit 1' --restart=on-failure:5 \
      image:tag sh -c "echo \"hi\"" --not-a-flag`);
    expect(problems).toEqual([]);
    expect(start).toBe(true);
    expect(values).toEqual({
      Image: "image:tag",
      Cmd: `sh -c 'echo "hi"' --not-a-flag`,
      Entrypoint: "''",
      Tty: true,
      OpenStdin: true,
      name: "my web",
      Env: [{ name: "A", value: "b" }, { name: "C", value: "d e" }],
      Labels: [{ name: "x", value: "y" }, { name: "z", value: "" }],
      Volumes: ["/nameless"],
      "HostConfig.AutoRemove": true,
      "HostConfig.Binds": ["data:/data"],
      "HostConfig.Init": "false",
      "HostConfig.Memory": "1.5g",
      "HostConfig.NanoCpus": "0.25",
      "HostConfig.NetworkMode": "lan",
      "HostConfig.PortBindings": [
        { host: "8080", container: "80", protocol: "tcp" },
        { ip: "127.0.0.1", host: "9000", container: "90", protocol: "udp" },
        { ip: "127.0.0.1", host: "9001", container: "91", protocol: "udp" },
        { ip: "::1", container: "443", protocol: "tcp" },
      ],
      "HostConfig.RestartPolicy": "on-failure:5",
      "HostConfig.Tmpfs": [{ name: "/run", value: "size=1m" }],
      "Healthcheck.Test": [{ how: "shell", command: "curl -f x || exit 1" }],
      "NetworkingConfig.EndpointsConfig": [{ network: "lan", aliases: "db", ipv4: "10.0.0.9", options: "a=b" }, { network: "other" }],
    });
  });

  it("names all that it does not understand", () => {
    const { values, problems } = readRun("docker -H tcp://x run --pull=always --platform linux/arm64 -e HOME --env-file .env --frobnicate --sig-proxy=false -v $PWD:/w -p x:y -m much busybox echo `date` && rm -rf /");
    expect(values).toMatchObject({ Image: "busybox", platform: "linux/arm64" });
    for (const name of ["-H", "--pull=always", "HOME", "--env-file .env", "--frobnicate", "--sig-proxy=false", "$PWD", "--publish x:y", "`date`", "&& rm -rf /"]) {
      expect(problems.some((problem) => problem.includes(name)), `${name} in ${problems.join(" | ")}`).toBe(true);
    }
  });

  it("may ask of its first network by flags of their own", () => {
    expect(readRun("docker run --net lan --ip 10.0.0.5 --network-alias a --network-alias b busybox").values["NetworkingConfig.EndpointsConfig"]).toEqual([{ network: "lan", ipv4: "10.0.0.5", aliases: "a b" }]);
  });

  it.each([
    ["", "does not begin with docker run"],
    ["docker ps -a", "does not begin with docker run"],
    ["docker run 'open", "single quote"],
    ["docker run -p", "which has no value"],
    ["docker run --rm", "image is missing"],
    ["docker run -i --memory", "which has no value"],
  ])("that is none is told: %s", (line, words) => {
    expect(readRun(line).problems.join()).toContain(words);
  });

  it("is never a reason to fail, whatever it is", () => {
    const pieces = ["docker", "run", "-", "--", "--mount", "type=bind,src", "--gpus", '"device=0', "-p", ":::", "--network", "name=,", "--ulimit", "x", "--device", ":", "'a'", "=", "-abc", "--health-cmd=", "--tmpfs", "", "--restart", "x:y:z", "--log-opt", "a", "image"];
    let seed = 7;
    for (let round = 0; round < 2000; round++) {
      const words = Array.from({ length: 6 }, () => pieces[(seed = (seed * 16807) % 2147483647) % pieces.length]);
      expect(readRun(`docker run ${words.join(" ")}`).problems).toBeInstanceOf(Array);
    }
  });
});
