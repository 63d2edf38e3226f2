/* events_request: see events_request.h. Messages about streams and feeds differ by a full stop. */
#include "server/endpoint/events_request.h"

#include "interp/session/request.h"
#include "runtime/event/event_feed.h"
#include "server/work/job_answer.h"

static bool refuse(Job *job, const char *message, bool is_stream)
{
    return job_refuse(job, str_format(&job->arena, "Invalid request body: %s%s", message,
                                      is_stream ? "" : "."));
}

/* What is wrong with a request, in the words of Fauna. */
static bool refuse_problem(Job *job, const EventsRequest *request, EventsProblem problem)
{
    switch (problem) {
    case EVENTS_FINE:
        return true;
    case EVENTS_BAD_SOURCE:
        return refuse(job, "invalid event source provided", request->is_stream);
    case EVENTS_BAD_CURSOR:
        return refuse(job, "invalid event cursor provided", request->is_stream);
    case EVENTS_START_BEFORE_SOURCE:
        return job_refuse(job, STR("Invalid stream start time: Stream start time can not be before "
                                   "the stream create time."));
    }
    UNREACHABLE();
}

static bool read_number(Job *job, const Member *member, int64_t *number)
{
    if (member->kind == MEMBER_STRING) {
        return job_refuse(job, str_format(&job->arena,
                                          "Invalid request body: Unexpected string value '%.*s'.",
                                          STR_ARG(member->string)));
    }
    int64_t value = 0;
    int64_t at = member->text.len > 0 && member->text.s[0] == '-';
    bool good = member->kind == MEMBER_NUMBER && member->text.len - at <= 18;
    for (int64_t i = at; good && i < member->text.len; i++) {
        good = member->text.s[i] >= '0' && member->text.s[i] <= '9';
        value = value * 10 + (member->text.s[i] - '0');
    }
    *number = at ? -value : value;
    return good || job_refuse(job, STR("Invalid request body: expected an integer."));
}

/* A member that is null is as good as none. */
static const Member *find_given(const Members *members, Str name)
{
    const Member *member = request_find(members, name);
    return member && member->kind != MEMBER_NULL ? member : NULL;
}

static bool read_page_size(Job *job, const Members *members, EventsRequest *request)
{
    const Member *size = find_given(members, STR("page_size"));
    if (size == NULL) {
        return true;
    }
    if (!read_number(job, size, &request->most)) {
        return false;
    }
    if (request->most <= 0) {
        return refuse(job, "page size must be greater than zero", false);
    }
    return request->most <= FEED_PAGE_MAX ||
           refuse(job, "page size can not be greater than 16000", false);
}

static bool read_start(Job *job, const Members *members, EventsRequest *request)
{
    const Member *cursor = find_given(members, STR("cursor"));
    const Member *start = find_given(members, STR("start_ts"));
    EventPosition position;
    request->has_start = start != NULL;
    if (cursor && start) {
        return refuse(job, "can not provide both `start_ts` and `cursor`", request->is_stream);
    }
    if (!event_source_is_token(request->token)) {
        return refuse_problem(job, request, EVENTS_BAD_SOURCE);
    }
    if (cursor &&
        (cursor->kind != MEMBER_STRING || !event_position_read(cursor->string, &position))) {
        return refuse_problem(job, request, EVENTS_BAD_CURSOR);
    }
    request->cursor = cursor ? cursor->string : (Str){0};
    return !start || read_number(job, start, &request->start_us);
}

bool events_request_read(Job *job, bool is_stream, EventsRequest *request)
{
    Members members;
    const ServerOptions *options = job->exchange->server->options;
    *request = (EventsRequest){.is_stream = is_stream,
                               .most = FEED_PAGE_DEFAULT,
                               .limits = options->limits,
                               .memory_bytes = options->max_query_bytes};
    if (!job_read_members(job, &members)) {
        return false;
    }
    const Member *token = request_find(&members, STR("token"));
    if (token == NULL || token->kind != MEMBER_STRING) {
        return job_refuse(job, STR("Invalid request body: Value for key token not found."));
    }
    request->token = token->string;
    return read_start(job, &members, request) &&
           (is_stream || read_page_size(job, &members, request));
}

bool events_request_run(Job *job, Worker *worker, const EventsRequest *request, Events *events)
{
    Session *session = job_session(job, worker);
    if (session == NULL) {
        job_fail(job, 401, "unauthorized", STR("Invalid token, unable to authenticate request"));
        return false;
    }
    if (!worker_begin(job, session)) {
        return false; /* nobody waits for it */
    }
    Outcome outcome = session_events(session, request, &job->answer, events);
    worker_end(job);
    job->state_us = outcome.state_us;
    if (job_answer_outcome(job, &outcome, request->timeout_ms)) {
        return false;
    }
    if (outcome.kind != OUTCOME_OK) {
        job_fail(job, 400, "invalid_request", outcome.message);
        return false;
    }
    return refuse_problem(job, request, events->problem);
}
