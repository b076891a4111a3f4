package netns

// UnavailableError says what network namespaces lack here.
type UnavailableError struct {
	What string // is missing, such as "/dev/net/tun does not exist"
	How  string // to get it, such as "modprobe tun"
}

func (e *UnavailableError) Error() string {
	return "network namespaces cannot be made: " + e.What + "; " + e.How
}
