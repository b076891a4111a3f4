package serve

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"

	"swarmsim/sim/scenario"
)

// tokenHeader has the token of this process in every POST. Only a page that this server has sent
// knows it.
const tokenHeader = "X-Swarmsim-Token"

// handler answers all requests.
func (s *Server) handler() http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("GET /{$}", s.index)
	m.HandleFunc("GET /web/{name}", s.asset)
	m.HandleFunc("GET "+resultsPath+"{path...}", s.result)
	m.HandleFunc("GET /api/scenarios", func(w http.ResponseWriter, _ *http.Request) { reply(w, http.StatusOK, s.library.list()) })
	m.HandleFunc("GET /api/results", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, listResults(inside(s.results), s.config.Results))
	})
	m.HandleFunc("GET /api/events", s.events)
	m.HandleFunc("POST /api/setup", s.post(s.setup))
	m.HandleFunc("POST /api/runs", s.post(s.start))
	m.HandleFunc("POST /api/runs/{id}/stop", s.post(s.stop))
	m.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		refuse(w, http.StatusNotFound, notFound("page", r.URL.Path))
	})
	return s.guard(m)
}

// post answers a POST with f, if it is one of this server's pages that asks.
func (s *Server) post(f http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !equal(r.Header.Get(tokenHeader), s.token) {
			refuse(w, http.StatusForbidden, errors.New("the page is of an earlier swarmsim serve; load it again"))
			return
		}
		if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
			refuse(w, http.StatusUnsupportedMediaType, errors.New("the Content-Type must be application/json"))
			return
		}
		f(w, r)
	}
}

// wanted is what a page sends to set up or to start a run.
type wanted struct {
	Scenario string            `json:"scenario"`
	Settings map[string]string `json:"settings"` // by path
}

// setupAnswer describes a scenario with its settings.
type setupAnswer struct {
	Scenario string    `json:"scenario"`
	Name     string    `json:"name"`
	About    string    `json:"about,omitempty"`
	Story    string    `json:"story,omitempty"`
	Settings []setting `json:"settings"`
	Changes  []change  `json:"changes"`
	Command  string    `json:"command"`
	Estimate estimate  `json:"estimate"`
	Refused  string    `json:"refused,omitempty"` // why it cannot be started
	Warnings []string  `json:"warnings,omitempty"`
}

// setup describes a scenario with the settings that are sent.
func (s *Server) setup(w http.ResponseWriter, r *http.Request) {
	p, ok := s.readSetup(w, r)
	if !ok {
		return
	}
	out := setupAnswer{
		Scenario: p.id, Name: p.scenario.Name, About: p.scenario.About, Story: p.story,
		Settings: p.settings, Changes: append([]change{}, p.changes...), Command: p.command(s.library), Estimate: p.estimate,
	}
	if err := s.config.limits.check(p.scenario, &p.estimate); err != nil {
		out.Refused = err.Error()
	}
	for _, warning := range p.scenario.Warnings {
		out.Warnings = append(out.Warnings, warning.Message)
	}
	reply(w, http.StatusOK, out)
}

// readSetup reads a scenario with its settings; if it cannot, it answers the request.
func (s *Server) readSetup(w http.ResponseWriter, r *http.Request) (*setup, bool) {
	var in wanted
	if !read(w, r, &in) {
		return nil, false
	}
	p, err := newSetup(s.library, in.Scenario, in.Settings)
	if err != nil {
		refuse(w, http.StatusUnprocessableEntity, inWords(err))
		return nil, false
	}
	return p, true
}

// inWords leaves out where in a file the problems of a scenario are: the user has moved sliders.
func inWords(err error) error {
	var problems scenario.Problems
	if !errors.As(err, &problems) || len(problems) == 0 {
		return err
	}
	p := problems[0]
	if p.Field == "" {
		return errors.New(p.Message)
	}
	return fmt.Errorf("%s: %s", p.Field, p.Message)
}

// start starts a run.
func (s *Server) start(w http.ResponseWriter, r *http.Request) {
	p, ok := s.readSetup(w, r)
	if !ok {
		return
	}
	if err := s.config.limits.check(p.scenario, &p.estimate); err != nil {
		refuse(w, http.StatusUnprocessableEntity, err)
		return
	}
	id, err := s.jobs.start(p, p.command(s.library))
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, err)
		return
	}
	reply(w, http.StatusCreated, map[string]int{"id": id})
}

// stop stops a run.
func (s *Server) stop(w http.ResponseWriter, r *http.Request) {
	if !read(w, r, &struct{}{}) {
		return
	}
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil {
		refuse(w, http.StatusNotFound, notFound("run", r.PathValue("id")))
		return
	}
	switch err := s.jobs.stop(id); {
	case errors.Is(err, errOver), errors.Is(err, errLate):
		refuse(w, http.StatusConflict, err)
	case err != nil:
		refuse(w, http.StatusNotFound, err)
	default:
		reply(w, http.StatusOK, map[string]int{"id": id})
	}
}

// read reads the body of a request; if it cannot, it answers the request.
func read(w http.ResponseWriter, r *http.Request, into any) bool {
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("there is more after it")
		}
	}
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		refuse(w, http.StatusRequestEntityTooLarge, fmt.Errorf("the request has more than %d bytes", large.Limit))
	case err != nil:
		refuse(w, http.StatusBadRequest, fmt.Errorf("the request is not what this server reads: %w", err))
	}
	return err == nil
}

// reply sends a value as JSON.
func reply(w http.ResponseWriter, status int, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		status, text = http.StatusInternalServerError, []byte(`{"error":"the answer cannot be written"}`)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n'))
}

// refuse sends an error, in words.
func refuse(w http.ResponseWriter, status int, err error) {
	reply(w, status, map[string]string{"error": scenario.Printable(err.Error())})
}
