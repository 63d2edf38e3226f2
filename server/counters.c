/* counters: see counters.h. */
#include "server/counters.h"

static const int64_t bounds_us[LATENCY_BOUNDS - 1] = {
    100, 250, 500, 1000, 2500, 5000, 10000, 50000, 250000, 1000000, 10000000};

void counters_note(Counters *counters, int status, int64_t elapsed_us)
{
    int bound = 0;
    while (bound < LATENCY_BOUNDS - 1 && elapsed_us > bounds_us[bound]) {
        bound++;
    }
    counters->latency[bound]++;
    counters->latency_sum_us += elapsed_us;
    counters->by_class[status / 100 < STATUS_CLASSES ? status / 100 : 0]++;
}

void counters_put_one(Buf *out, const char *name, const char *type, const char *help,
                      int64_t value)
{
    buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n%s %lld\n", name, help, name, type, name,
               (long long)value);
}

static void put_latency(Buf *out, const Counters *counters)
{
    static const char name[] = "fawn_request_seconds";
    int64_t count = 0;
    buf_printf(out, "# HELP %s How long requests took.\n# TYPE %s histogram\n", name, name);
    for (int i = 0; i < LATENCY_BOUNDS - 1; i++) {
        count += counters->latency[i];
        buf_printf(out, "%s_bucket{le=\"%g\"} %lld\n", name, (double)bounds_us[i] / 1e6,
                   (long long)count);
    }
    count += counters->latency[LATENCY_BOUNDS - 1];
    buf_printf(out, "%s_bucket{le=\"+Inf\"} %lld\n%s_sum %.6f\n%s_count %lld\n", name,
               (long long)count, name, (double)counters->latency_sum_us / 1e6, name,
               (long long)count);
}

void counters_put(Buf *out, const Counters *counters)
{
    counters_put_one(out, "fawn_connections_accepted_total", "counter", "Connections taken.",
        counters->connections_accepted);
    counters_put_one(out, "fawn_connections_refused_total", "counter", "Connections over the limit.",
        counters->connections_refused);
    counters_put_one(out, "fawn_requests_total", "counter", "Requests read.", counters->requests);
    counters_put_one(out, "fawn_requests_open", "gauge", "Requests under way.", counters->exchanges);
    counters_put_one(out, "fawn_streams_open", "gauge", "Event streams that are open.", counters->streams);
    counters_put_one(out, "fawn_events_total", "counter", "Events sent to streams.", counters->events);
    counters_put_one(out, "fawn_bytes_in_total", "counter", "Bytes read.", counters->bytes_in);
    counters_put_one(out, "fawn_bytes_out_total", "counter", "Bytes written.", counters->bytes_out);
    buf_puts(out, "# HELP fawn_responses_total Responses by class of status.\n"
                  "# TYPE fawn_responses_total counter\n");
    for (int i = 1; i < STATUS_CLASSES; i++) {
        buf_printf(out, "fawn_responses_total{class=\"%dxx\"} %lld\n", i,
                   (long long)counters->by_class[i]);
    }
    put_latency(out, counters);
}
