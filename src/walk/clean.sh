# Removes what the steps leave, also what an interrupted walk has left.
docker ps -aq | xargs -r docker rm -fv
docker images -q | sort -u | xargs -r docker rmi -f
docker volume ls -q | xargs -r docker volume rm -f
docker network ls -q --filter type=custom | xargs -r docker network rm
