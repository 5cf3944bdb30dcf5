module vectors

go 1.26

require (
	github.com/apache/thrift v0.22.0
	github.com/cloudwego/gopkg v0.2.0
	github.com/cloudwego/kitex v0.16.3
)
