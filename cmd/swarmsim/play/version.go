package play

import "runtime/debug"

// revisionLength is how many digits of a commit's hash identify a version.
const revisionLength = 12

// Version returns the commit that the program was built from, or its module's version.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= revisionLength {
			return s.Value[:revisionLength]
		}
	}
	return info.Main.Version
}
