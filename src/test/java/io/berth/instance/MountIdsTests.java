package io.berth.instance;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.instance.IdMap.Range;
import io.berth.instance.MountIds.Owner;
import java.util.List;
import org.junit.jupiter.api.Test;

class MountIdsTests {

    @Test
    void ownerAndUserChangePlacesAndAllOthersStay() {
        var ids = MountIds.exchanging(null, new Owner(1000, 0), new Owner(7, 8));
        assertThat(ids.userLines()).isEqualTo("0 0 7\n1000 7 1\n8 8 992\n7 1000 1\n1001 1001 4294966294\n");
        assertThat(ids.groupLines()).isEqualTo("8 0 1\n1 1 7\n0 8 1\n9 9 4294967286\n");
    }

    @Test
    void ownerThatIsTheUserIsMappedToHim() {
        assertThat(MountIds.exchanging(null, new Owner(5, 5), new Owner(5, 5)).userLines()).isEqualTo("0 0 5\n5 5 1\n6 6 4294967289\n");
    }

    @Test
    void idsAreThoseOfTheContainersNamespace() {
        var container = new IdMap(List.of(new Range(0, 231_072, 10), new Range(10, 400_000, 10)), List.of(new Range(0, 231_072, 20)));
        var ids = MountIds.exchanging(container, new Owner(12, 70_000), new Owner(0, 3));
        assertThat(ids.userLines()).isEqualTo("12 231072 1\n1 231073 9\n10 400000 2\n0 400002 1\n13 400003 7\n");
        assertThat(ids.groupLines()).as("an owner beyond them").isEqualTo("0 231072 3\n70000 231075 1\n4 231076 16\n");
    }

    @Test
    void highestIdHasItsPlace() {
        var ids = MountIds.exchanging(null, new Owner(4_294_967_294L, 0), new Owner(0, 0));
        assertThat(ids.userLines()).isEqualTo("4294967294 0 1\n1 1 4294967293\n0 4294967294 1\n");
    }
}
