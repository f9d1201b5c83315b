package farm.tilth.protocol.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.Digest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MerkleTreeTest {
    private static List<Digest> leaves(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Digest.ofText("leaf " + i))
                .toList();
    }

    @Test
    void theRootIsTheOneOfRfc6962() {
        // The tree of Certificate Transparency's test vectors: leaves "", 00, 10, 2021, …; d(3) and d(7).
        List<Digest> leaves = new ArrayList<>();
        for (String hex : List.of("", "00", "10", "2021", "3031", "40414243", "5051525354555657")) {
            leaves.add(Digest.of(HexFormat.of().parseHex("00" + hex)));
        }
        assertEquals(
                "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                new MerkleTree(leaves.subList(0, 3)).root().hex());
        assertEquals(
                "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                new MerkleTree(leaves).root().hex());
    }

    @Test
    void everyProofVerifiesInItsPlaceAndNowhereElse() {
        for (int size = 1; size <= 70; size++) {
            MerkleTree tree = new MerkleTree(leaves(size));
            for (int i = 0; i < size; i++) {
                List<Digest> proof = tree.proof(i);
                Digest leaf = leaves(size).get(i);
                assertTrue(MerkleTree.verify(tree.root(), i, size, leaf, proof), i + " of " + size);
                assertFalse(MerkleTree.verify(tree.root(), i, size, Digest.ofText("other"), proof));
                if (size > 1) {
                    assertFalse(MerkleTree.verify(tree.root(), (i + 1) % size, size, leaf, proof), i + " of " + size);
                    assertFalse(MerkleTree.verify(tree.root(), i, size, leaf, proof.subList(1, proof.size())));
                }
            }
        }
    }

    @Test
    void indicesOutsideTheTreeAreRefused() {
        MerkleTree tree = new MerkleTree(leaves(4));
        assertFalse(MerkleTree.verify(tree.root(), -1, 4, leaves(4).getFirst(), tree.proof(0)));
        assertFalse(MerkleTree.verify(tree.root(), 4, 4, leaves(4).getFirst(), tree.proof(0)));
        assertFalse(MerkleTree.verify(tree.root(), 0, 4, leaves(4).getFirst(), Collections.emptyList()));
    }
}
