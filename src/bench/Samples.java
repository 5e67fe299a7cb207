import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was measured: values by metric and engine. */
final class Samples {

    private final Map<String, Map<String, List<Double>>> values = new LinkedHashMap<>();

    void add(String metric, Engine engine, double value) {
        values.computeIfAbsent(metric, key -> new LinkedHashMap<>())
                .computeIfAbsent(engine.name(), key -> new ArrayList<>()).add(value);
    }

    /** By metric and engine: n, median, p95, min, and the median's ratio to that of the first engine. */
    Map<String, Object> summary() {
        Map<String, Object> summary = new LinkedHashMap<>();
        values.forEach((metric, byEngine) -> {
            double base = quantile(byEngine.values().iterator().next(), 0.5);
            Map<String, Object> engines = new LinkedHashMap<>();
            byEngine.forEach((engine, samples) -> engines.put(engine, figures(samples, base)));
            summary.put(metric, engines);
        });
        return summary;
    }

    private static Map<String, Object> figures(List<Double> samples, double base) {
        Map<String, Object> figures = new LinkedHashMap<>();
        double median = quantile(samples, 0.5);
        figures.put("n", samples.size());
        figures.put("median", rounded(median));
        figures.put("p95", rounded(quantile(samples, 0.95)));
        figures.put("min", rounded(quantile(samples, 0)));
        figures.put("ratio", base == 0 ? null : rounded(median / base));
        return figures;
    }

    /** Linear between the two nearest ranks. */
    private static double quantile(List<Double> samples, double share) {
        var sorted = samples.stream().sorted().toList();
        double rank = share * (sorted.size() - 1);
        int below = (int) rank;
        double above = sorted.get(Math.min(below + 1, sorted.size() - 1));
        return sorted.get(below) + (rank - below) * (above - sorted.get(below));
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
