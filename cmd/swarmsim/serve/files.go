package serve

import (
	"embed"
	"errors"
	"html/template"
	"io"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"swarmsim/bounded"
)

// web has the page. Its tests are in web/test, which is left out.
//
//go:embed web/*.html web/*.css web/*.js web/*.svg
var web embed.FS

var index = template.Must(template.ParseFS(web, "web/index.html"))

// index sends the page, with the token that its requests need.
func (s *Server) index(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", ownPolicy)
	_ = index.Execute(w, struct{ Token string }{s.token})
}

// asset sends a file of the page.
func (s *Server) asset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	text, err := fs.ReadFile(web, path.Join("web", name))
	kind := contentTypes[path.Ext(name)]
	if err != nil || !slices.Contains([]string{".css", ".js", ".svg"}, path.Ext(name)) {
		refuse(w, http.StatusNotFound, notFound("page", r.URL.Path))
		return
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(text)
}

// resultsPath begins the address of a file of the results folder.
const resultsPath = "/results/"

// contentTypes are the types of files that a browser shows. All others are downloaded.
var contentTypes = map[string]string{
	".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".svg": "image/svg+xml", ".png": "image/png", ".json": "application/json; charset=utf-8",
	".csv": "text/plain; charset=utf-8", ".yaml": "text/plain; charset=utf-8", ".txt": "text/plain; charset=utf-8",
	".xml": "text/plain; charset=utf-8", ".md": "text/plain; charset=utf-8",
}

// result sends a file of the results folder. Hidden files, which are temporary, are left out.
func (s *Server) result(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("path")
	f, err := openResult(inside(s.results), name)
	if err != nil {
		refuse(w, http.StatusNotFound, notFound("file of the results", name))
		return
	}
	defer f.Close()
	kind := contentTypes[path.Ext(name)]
	if kind == "" || path.Ext(name) == ".js" {
		kind = "application/octet-stream"
		w.Header().Set("Content-Disposition", "attachment")
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Security-Policy", resultPolicy)
	w.Header().Del("Cross-Origin-Opener-Policy") // browsers refuse a page that has it in a sandbox
	http.ServeContent(w, r, "", time.Time{}, f)
}

var errHidden = errors.New("it is hidden")

func openResult(files fs.FS, name string) (io.ReadSeekCloser, error) {
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") {
			return nil, errHidden
		}
	}
	f, _, err := bounded.Open(files, name)
	if err != nil {
		return nil, err
	}
	return f.(io.ReadSeekCloser), nil // os.Root opens files, which can seek
}
