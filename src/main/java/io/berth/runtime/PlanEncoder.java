package io.berth.runtime;

import io.berth.error.InvalidArgumentException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Writes a plan in the layout of {@code src/main/c/include/plan.h}. Used once. */
final class PlanEncoder {

    private static final int MAGIC = 0x48545242;
    private static final int VERSION = 1;
    private static final int HEADER = 16;
    private static final int LOG_JSON_FILE = 1;
    /** {@code PLAN_NO_FD}. */
    private static final int NO_DESCRIPTOR = -1;

    private final List<LaunchOp> ops;
    private ByteArrayOutputStream payload = new ByteArrayOutputStream(256);
    private int descriptors;

    PlanEncoder(List<LaunchOp> ops) {
        this.ops = ops;
    }

    byte[] encode() {
        var body = new ByteArrayOutputStream(8192);
        for (var op : ops) {
            payload = new ByteArrayOutputStream(256);
            int code = isSetting(op) ? setting(op) : operation(op);
            body.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putShort((short) code).putShort((short) 0)
                    .putInt(payload.size()).array());
            body.writeBytes(payload.toByteArray());
        }
        int total = HEADER + body.size();
        if (total > LaunchPlan.MAX_BYTES) {
            throw new InvalidArgumentException(
                    "the container's options take " + total + " bytes; at most " + LaunchPlan.MAX_BYTES + " are possible");
        }
        return ByteBuffer.allocate(total).order(ByteOrder.LITTLE_ENDIAN)
                .putInt(MAGIC).putInt(VERSION).putInt(total).putInt(ops.size()).put(body.toByteArray()).array();
    }

    private static boolean isSetting(LaunchOp op) {
        return switch (op) {
            case LaunchOp.Id _, LaunchOp.Listen _, LaunchOp.JsonLog _, LaunchOp.Records _, LaunchOp.CgroupTasks _,
                 LaunchOp.CgroupInto _, LaunchOp.OomFile _, LaunchOp.Namespaces _, LaunchOp.JoinNamespace _, LaunchOp.Stdio _,
                 LaunchOp.OomScoreAdj _, LaunchOp.Hold _, LaunchOp.Restart _, LaunchOp.Health _, LaunchOp.Failpoint _, LaunchOp.Mapped _ -> true;
            default -> false;
        };
    }

    /** Part A of plan.h. */
    private int setting(LaunchOp op) {
        return switch (op) {
            case LaunchOp.Id(var id) -> text(id).code(1);
            case LaunchOp.Listen _ -> descriptor().code(2);
            case LaunchOp.JsonLog(var path, var rotation, var buffer, var extra) -> path(path).u64(rotation.maxBytes())
                    .u32(rotation.maxFiles()).u8(LOG_JSON_FILE).text(extra).flag(rotation.compressed()).u64(buffer).code(3);
            case LaunchOp.Records(var path, var first) -> path(path).u64(first).code(4);
            case LaunchOp.CgroupTasks(var file) -> path(file).code(5);
            case LaunchOp.OomFile(var path, var version) -> path(path).u8(version).code(6);
            case LaunchOp.Namespaces(var flags) -> u64(flags).code(7);
            case LaunchOp.JoinNamespace(var _, var flag) -> descriptor().u64(flag).code(8);
            case LaunchOp.Stdio(var tty, var open, var once, var rows, var columns) ->
                flag(tty).flag(open).flag(once).u16(rows).u16(columns).code(9);
            case LaunchOp.OomScoreAdj(var value) -> u32(value).code(10);
            case LaunchOp.Hold _ -> descriptor().code(11);
            case LaunchOp.CgroupInto(var folder) -> path(folder).code(12);
            case LaunchOp.Restart(var rule) -> u8(rule.when().ordinal()).u32(rule.limit()).code(13);
            case LaunchOp.Health(var rule, var probe) -> {
                u64(rule.interval().toMillis()).u64(rule.timeout().toMillis()).u64(rule.startPeriod().toMillis())
                        .u64(rule.startInterval().toMillis()).u32(rule.retries());
                byte[] plan = probe.encode();
                u32(plan.length);
                payload.writeBytes(plan);
                yield 14;
            }
            case LaunchOp.Failpoint(var step) -> u32(step).code(15);
            case LaunchOp.Mapped(var rootUid, var rootGid, var userUid) -> u32(rootUid).u32(rootGid).u32(userUid).code(16);
            default -> throw new IllegalStateException("not a setting: " + op);
        };
    }

    /** Part B of plan.h. */
    private int operation(LaunchOp op) {
        return switch (op) {
            case LaunchOp.RootOverlay(var lower, var upper, var work, var isVolatile, var isClassic, var isMapped) ->
                list(lower.stream().map(Path::toString).toList()).path(upper).path(work)
                        .u64((isVolatile ? 1 : 0) | (isClassic ? 2 : 0) | (isMapped ? 4 : 0)).code(20);
            case LaunchOp.RootBind(var folder) -> path(folder).code(21);
            case LaunchOp.MountFileSystem(var type, var target, var attributes, var options) ->
                text(type).text(target).u64(attributes).text(options).code(22);
            case LaunchOp.MountBind(var source, var beneath, var target, var attributes, var depth, var propagation, var kind, var owners) -> {
                path(source).text(beneath).text(target).u64(attributes)
                        .u8((depth.recursive() ? 1 : 0) | (depth.topAttributes() ? 2 : 0) | (owners.joined() ? 4 : 0)).u32(propagation).u8(kind.ordinal());
                yield (owners.userNamespace() == null ? u32(NO_DESCRIPTOR) : descriptor()).code(23);
            }
            case LaunchOp.Device(var target, var mode, var major, var minor, var uid, var gid) ->
                text(target).u32(mode).u32(major).u32(minor).u32(uid).u32(gid).code(24);
            case LaunchOp.Symlink(var content, var path) -> text(content).text(path).code(25);
            case LaunchOp.Mask(var path) -> text(path).code(26);
            case LaunchOp.ReadOnly(var path) -> text(path).code(27);
            case LaunchOp.RootReadOnly() -> 28;
            case LaunchOp.Pivot() -> 29;
            case LaunchOp.Hostname(var name) -> text(name).code(30);
            case LaunchOp.Domainname(var name) -> text(name).code(31);
            case LaunchOp.Sysctl(var key, var value) -> text(key).text(value).code(32);
            case LaunchOp.ResourceLimit(var resource, var soft, var hard) -> u32(resource).u64(soft).u64(hard).code(33);
            case LaunchOp.MakeFolder(var path, var mode, var uid, var gid) -> text(path).u32(mode).u32(uid).u32(gid).code(34);
            case LaunchOp.Console() -> 35;
            default -> privilege(op);
        };
    }

    private int privilege(LaunchOp op) {
        return switch (op) {
            case LaunchOp.Keyring() -> 36;
            case LaunchOp.Bounding(var capabilities) -> u64(capabilities).code(37);
            case LaunchOp.User(var uid, var gid, var groups) -> {
                u32(uid).u32(gid).u32(groups.size());
                groups.forEach(this::u32);
                yield 38;
            }
            case LaunchOp.CapabilitySets(var effective, var permitted, var inheritable, var ambient) ->
                u64(effective).u64(permitted).u64(inheritable).u64(ambient).code(39);
            case LaunchOp.NoNewPrivileges() -> 40;
            case LaunchOp.Seccomp(var filter) -> {
                u32(filter.flags()).u32(filter.instructions());
                payload.writeBytes(filter.program());
                yield 41;
            }
            case LaunchOp.WorkingFolder(var path) -> text(path).code(42);
            case LaunchOp.Execute(var argv, var environment) -> list(argv).list(environment).code(43);
            case LaunchOp.EnterCgroupNamespace() -> 44;
            case LaunchOp.Tools(var folder, var name) -> path(folder).text(name).code(46);
            case LaunchOp.AppArmor(var profile, var attributes) -> text(profile).path(attributes).code(45);
            default -> throw new IllegalStateException("not an operation: " + op);
        };
    }

    private int code(int code) {
        return code;
    }

    /** Descriptors are numbered in the order in which the plan names them: {@link LaunchPlan#descriptors}. */
    private PlanEncoder descriptor() {
        return u32(descriptors++);
    }

    private PlanEncoder path(Path path) {
        return text(path.toString());
    }

    private PlanEncoder list(List<String> texts) {
        u32(texts.size());
        texts.forEach(this::text);
        return this;
    }

    private PlanEncoder text(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new InvalidArgumentException("invalid argument: a NUL character in " + text.replace('\0', '?'));
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        u32(bytes.length);
        payload.writeBytes(bytes);
        payload.write(0);
        return this;
    }

    private PlanEncoder flag(boolean value) {
        return u8(value ? 1 : 0);
    }

    private PlanEncoder u8(int value) {
        payload.write(value);
        return this;
    }

    private PlanEncoder u16(int value) {
        return u8(value).u8(value >> 8);
    }

    private PlanEncoder u32(int value) {
        return u16(value).u16(value >> 16);
    }

    private PlanEncoder u64(long value) {
        return u32((int) value).u32((int) (value >>> 32));
    }
}
