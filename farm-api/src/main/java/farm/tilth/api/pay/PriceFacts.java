package farm.tilth.api.pay;

import farm.tilth.api.server.FarmFact;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The prices as anybody may know them. */
@ApplicationScoped
class PriceFacts {
    private record Fact(String name, Uni<?> value) implements FarmFact {
        static Fact of(String name, Object value) {
            return new Fact(name, Uni.createFrom().item(value));
        }
    }

    @Produces
    @Singleton
    FarmFact render(PriceConfig prices) {
        return Fact.of("priceRenderPerMillion", prices.renderPerMillion());
    }

    @Produces
    @Singleton
    FarmFact inference(PriceConfig prices) {
        return Fact.of("priceInferencePerMillion", prices.inferencePerMillion());
    }

    @Produces
    @Singleton
    FarmFact cpu(PriceConfig prices) {
        return Fact.of("priceCpuPercent", prices.cpuPercent());
    }

    @Produces
    @Singleton
    FarmFact gpu(PriceConfig prices) {
        return Fact.of("priceGpuPercent", prices.gpuPercent());
    }

    @Produces
    @Singleton
    FarmFact fee(PriceConfig prices) {
        return Fact.of("feeBasisPoints", prices.feeBasisPoints());
    }
}
