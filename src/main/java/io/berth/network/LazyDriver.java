package io.berth.network;

import io.berth.error.UnavailableException;
import io.berth.ffi.LibNftables;
import io.berth.ffi.NativeException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The bridge driver, opened when it is first needed: not every host can have bridges. Safe for use by many threads. */
final class LazyDriver {

    private final Supplier<BridgeDriver.Settings> settings;
    private @Nullable BridgeDriver driver;

    /** @param settings asked when it is opened */
    LazyDriver(Supplier<BridgeDriver.Settings> settings) {
        this.settings = settings;
    }

    /** @throws UnavailableException the kernel refuses, or libnftables is missing */
    synchronized BridgeDriver get() {
        if (driver == null) {
            try {
                driver = BridgeDriver.open(settings.get());
            } catch (NativeException | LibNftables.RefusedException refused) {
                throw new UnavailableException("set up the default bridge network: " + refused.getMessage(), refused);
            } catch (UnsatisfiedLinkError missing) {
                throw new UnavailableException("set up the default bridge network: libnftables.so.1 is not installed", missing);
            }
        }
        return driver;
    }

    /** The subnets that are somebody's; on a host that cannot have bridges those of other networks. */
    List<Subnet> reserved() {
        try {
            return get().reserved();
        } catch (UnavailableException none) {
            return settings.get().reserved();
        }
    }

    /** The driver if it was needed already. */
    synchronized Optional<BridgeDriver> ifOpen() {
        return Optional.ofNullable(driver);
    }

    /** Stops what runs in this process. @param idle no container of this instance runs: what the kernel has goes, too */
    synchronized void close(boolean idle) {
        if (driver != null && idle) {
            driver.remove();
        } else if (driver != null) {
            driver.close();
        }
        driver = null;
    }
}
