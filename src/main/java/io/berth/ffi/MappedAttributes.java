package io.berth.ffi;

import io.berth.instance.IdMap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.LongUnaryOperator;

/**
 * Extended attributes that name users: as the host has them, and as they are in a user namespace. Source: linux/capability.h,
 * {@code vfs_ns_cap_data}; linux/posix_acl_xattr.h.
 */
final class MappedAttributes {

    private static final String CAPABILITIES = "security.capability";
    private static final String ACCESS_LISTS = "system.posix_acl_";
    private static final int REVISIONS = 0xff00_0000;
    private static final int REVISION_2 = 0x0200_0000;
    private static final int REVISION_3 = 0x0300_0000;
    /** Of revision 2; revision 3 has the id of a root at its end. */
    private static final int CAPABILITY_BYTES = 20;
    private static final int ACL_HEADER = 4;
    private static final int ACL_ENTRY = 8;
    private static final short ACL_USER = 0x02;
    private static final short ACL_GROUP = 0x08;

    private MappedAttributes() {}

    /** The value inside of one that the host has. */
    static byte[] inner(IdMap ids, String name, byte[] value) {
        if (name.startsWith(ACCESS_LISTS)) {
            return entries(value, ids::innerUser, ids::innerGroup);
        }
        var capabilities = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        if (!name.equals(CAPABILITIES) || value.length != CAPABILITY_BYTES + Integer.BYTES || (capabilities.getInt(0) & REVISIONS) != REVISION_3
                || Integer.toUnsignedLong(capabilities.getInt(CAPABILITY_BYTES)) != ids.hostUser(0)) {
            return value;
        }
        var own = new byte[CAPABILITY_BYTES];
        capabilities.get(0, own);
        ByteBuffer.wrap(own).order(ByteOrder.LITTLE_ENDIAN).putInt(0, capabilities.getInt(0) & ~REVISIONS | REVISION_2);
        return own;
    }

    /** The value for the host of one that somebody inside would set. */
    static byte[] host(IdMap ids, String name, byte[] value) {
        if (name.startsWith(ACCESS_LISTS)) {
            return entries(value, ids::hostUser, ids::hostGroup);
        }
        var capabilities = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        if (!name.equals(CAPABILITIES) || value.length != CAPABILITY_BYTES || (capabilities.getInt(0) & REVISIONS) != REVISION_2) {
            return value;
        }
        return ByteBuffer.allocate(CAPABILITY_BYTES + Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).put(value)
                .putInt(CAPABILITY_BYTES, (int) ids.hostUser(0)).putInt(0, capabilities.getInt(0) & ~REVISIONS | REVISION_3).array();
    }

    private static byte[] entries(byte[] list, LongUnaryOperator users, LongUnaryOperator groups) {
        var mapped = list.clone();
        var entries = ByteBuffer.wrap(mapped).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = ACL_HEADER; at + ACL_ENTRY <= mapped.length; at += ACL_ENTRY) {
            short tag = entries.getShort(at);
            if (tag == ACL_USER || tag == ACL_GROUP) {
                long id = Integer.toUnsignedLong(entries.getInt(at + Integer.BYTES));
                entries.putInt(at + Integer.BYTES, (int) (tag == ACL_USER ? users : groups).applyAsLong(id));
            }
        }
        return mapped;
    }
}
