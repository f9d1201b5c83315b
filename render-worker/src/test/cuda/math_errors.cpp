// Measures the elementary functions against double precision and prints one line for each: its name and the largest
// error found, in units of 2^-24 of the unit that exact_math.h states.
#include <cmath>
#include <cstdio>
#include <initializer_list>

#include "exact_math.h"

using namespace tilth;

static double ulp_error(float value, double exact) {
    int exponent;
    std::frexp(exact, &exponent);
    return std::fabs(value - exact) / std::ldexp(1.0, exponent - 24);
}

template <typename Error>
static void measure(const char* name, float low, float high, Error error) {
    double worst = 0.0;
    for (u32 i = 0; i <= 2000000u; i++) {
        float x = low + (high - low) * ((float)i / 2000000.0f);
        double e = error(x);
        worst = e > worst ? e : worst;
    }
    std::printf("%s %.4g\n", name, worst);
}

int main() {
    const double turn = 6.283185307179586;
    measure("sin_turns", -2.0f, 2.0f,
            [&](float x) { return std::fabs(sin_cos_turns(x).sin - std::sin(turn * (double)x)) * 16777216.0; });
    measure("cos_turns", -2.0f, 2.0f,
            [&](float x) { return std::fabs(sin_cos_turns(x).cos - std::cos(turn * (double)x)) * 16777216.0; });
    measure("sin", -8192.0f, 8192.0f,
            [](float x) { return std::fabs(sin_cos(x).sin - std::sin((double)x)) * 16777216.0; });
    measure("cos", -8192.0f, 8192.0f,
            [](float x) { return std::fabs(sin_cos(x).cos - std::cos((double)x)) * 16777216.0; });
    measure("sin_small", 1e-6f, 0.5f, [](float x) { return ulp_error(sin_cos(x).sin, std::sin((double)x)); });
    measure("atan2", -1.0f, 1.0f, [](float x) {
        double worst = 0.0;
        for (float y : {-1.0f, -0.3f, 1e-3f, 0.7f}) {
            worst = std::fmax(worst, ulp_error(atan2_of(y, x), std::atan2((double)y, (double)x)));
        }
        return worst;
    });
    measure("asin", -1.0f, 1.0f, [](float x) { return x == 0.0f ? 0.0 : ulp_error(asin_of(x), std::asin((double)x)); });
    measure("acos", -1.0f, 1.0f, [](float x) { return std::fabs(acos_of(x) - std::acos((double)x)) * 16777216.0; });
    measure("exp2", -126.0f, 127.9f, [](float x) { return ulp_error(exp2_of(x), std::exp2((double)x)); });
    measure("log2", 1e-6f, 4.0f,
            [](float x) { return x == 1.0f ? 0.0 : ulp_error(log2_of(x), std::log2((double)x)); });
    measure("pow", 0.01f, 4.0f, [](float x) {
        double y = 2.4, exact = std::pow((double)x, y);
        double allowed = 3.0 + 3.0 * std::fabs(y * std::log2((double)x));
        return std::fabs(pow_of(x, 2.4f) - std::pow((double)x, (double)2.4f)) / exact * 8388608.0 / allowed;
    });
    measure("floor", -70000.0f, 70000.0f, [](float x) { return std::fabs(rounded_down(x) - std::floor(x)); });
    return 0;
}
