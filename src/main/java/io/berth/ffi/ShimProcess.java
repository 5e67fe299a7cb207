package io.berth.ffi;

/**
 * A shim that this process has started. Owns the pidfd; {@link ProcessReaper} collects it when it has ended.
 *
 * @param pid its process id on the host
 * @param pidfd refers to this very process, whatever becomes of the number
 */
public record ShimProcess(int pid, Fd pidfd) {}
