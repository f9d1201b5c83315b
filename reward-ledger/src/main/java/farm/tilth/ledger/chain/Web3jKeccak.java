package farm.tilth.ledger.chain;

import farm.tilth.ledger.epoch.Keccak256;
import org.web3j.crypto.Hash;

/** Keccak-256 by web3j. Stateless. */
public final class Web3jKeccak implements Keccak256 {
    @Override
    public byte[] hash(byte[] content) {
        return Hash.sha3(content);
    }
}
